-- A plugin that fails while it is loaded.
local Boom = { __name = "Boom", __tostring = function(self) return self.message end }
error(setmetatable({ message = "not today" }, Boom))
