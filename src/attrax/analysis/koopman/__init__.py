"""The Koopman operator of a recording: eigenvalues and pseudospectrum, each with its residual."""
