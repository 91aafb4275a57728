"""The rivals: all methods that attrax is compared with, one in each file. The file has the name of the method."""
