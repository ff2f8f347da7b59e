# The manifest does not declare this method.
provide("__plugin__.undeclared") { 1 }
