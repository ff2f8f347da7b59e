# There is no such module.
require "no_such_module"
