-- The manifest does not declare this method.
parley.provide("__plugin__.undeclared", function() return 1 end)
