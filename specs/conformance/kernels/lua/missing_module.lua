-- There is no such module.
local missing = require "no_such_module"
