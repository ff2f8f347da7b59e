std = "lua54"
max_line_length = 140
exclude_files = { "build" }

-- These give plugins other functions than Lua's own, on purpose.
files["parley/coroutines.lua"] = { globals = { "coroutine" } }
files["parley/streams.lua"] = { globals = { "io", "os", "print" } }
files["main.lua"] = { globals = { "arg" } }
