"""One order asked for at the prompt: which questions, how an answer is checked, and the asking itself."""
