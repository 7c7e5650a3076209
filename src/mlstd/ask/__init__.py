"""The questions that rules put to a trace: `questions.Questions` is their desk, one file a topic answers them."""
