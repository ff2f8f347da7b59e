# The next line but one is wrong.
a = 1
b = = 2
