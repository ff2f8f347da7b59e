local at_load = parley.settings

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.settings", function() return parley.settings end)

parley.provide("__plugin__.at_load", function() return at_load end)

parley.provide("__plugin__.leak", function()
  local password = parley.settings.password
  parley.log("info", "logged " .. password, { password = password })
  print("printed " .. password)
end)

parley.provide("__plugin__.fail", function() error("failed with " .. parley.settings.password) end)
