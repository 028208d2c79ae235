"""The networks that the paradigms share: the perceptron that classifies is the one inside DQN."""
