parley.on_start(function() parley.log("info", "start 1") end)
parley.on_start(function() parley.log("info", "start 2") end)
parley.on_stop(function() parley.log("info", "stop 1") end)
parley.on_stop(function() parley.log("info", "stop 2") end)

parley.provide("__plugin__.echo", function(p) return p.value end)
