-- What the plugin offers is declared in plugin.json; what is not declared is not allowed.
local parley = require "parley"

parley.provide("{{name}}.greet", function(params)
  return "Hello, " .. params.who .. "!"
end)
