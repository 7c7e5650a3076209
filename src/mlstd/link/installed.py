"""Which import names belong to libraries that a project imports but does not contain?

A folder `datasets/` somewhere in the project must not pass for the library of that name. Only the places that Python itself looks
at first (the script's folder, and what `sys.path` was given) can shadow these.
"""

from __future__ import annotations

import sys

_LEARNING = """
    accelerate anthropic autogluon bitsandbytes btb catboost causalml composeml cuml darts deepchem deepspeed detectron2 dgl
    diffusers fairseq fastai fbprophet featuretools flair flaml flax gensim gluoncv gluonts gpytorch guidance h2o haiku
    hdbscan hmmlearn hyperopt ignite imblearn implicit jax keras keras_tuner kornia langchain lifelines lightfm lightgbm
    lightning litellm llama_index lm_eval mlxtend mmcv mmdet monai mxnet neuralforecast ngboost nltk openai optax optuna
    orbax paddle peft pmdarima prophet pycaret pyod pyro pytorch_forecasting pytorch_lightning pytorch_metric_learning ray
    sacrebleu scikitplot sentence_transformers setfit simpletransformers sklearn skopt sktime spacy stable_baselines3
    statsforecast statsmodels surprise tensorflow tensorflow_addons tensorflow_datasets tensorflow_hub textblob tflearn
    theano timm torch torch_geometric torchaudio torchmetrics torchtext torchvision transformers trl tsfresh umap unsloth
    vllm xgboost
"""
_OTHERS = """
    absl aiohttp albumentations altair attr attrs bokeh boto3 bs4 category_encoders cleanlab click comet_ml cupy cv2 dask
    datasets django docker dotenv einops evaluate faiss fastapi fire flask fvcore gdown geopandas git google gradio graphviz
    gym gymnasium h5py huggingface_hub hydra imageio imgaug IPython ipywidgets jinja2 joblib librosa loguru lxml matplotlib
    mlflow neptune networkx numba numpy omegaconf onnx openpyxl orjson packaging pandas PIL plotly polars prefect
    prettytable psutil psycopg2 pyarrow pydantic pymongo pymysql pyspark pytest rdkit regex requests rich sacred safetensors
    scanpy scipy seaborn sentencepiece setuptools shap six skimage sqlalchemy streamlit sympy ta tabulate tensorboard
    tensorboardX termcolor tfx tiktoken tokenizers torchdata torchsummary tqdm typer typing_extensions ujson wandb xarray
    yacs yaml yfinance
"""
LEARNING = frozenset(_LEARNING.split())
"""Libraries whose import makes a file a likely experiment, known in detail or not."""
POPULAR = LEARNING | frozenset(_OTHERS.split())
STANDARD = frozenset(sys.stdlib_module_names)
