--- Starts a Lua kernel: lua5.4 main.lua CONNECTION_FILE

local folder = arg[0]:match "^(.*)/[^/]*$" or "."

local function die(message)
  io.stderr:write("parley-lua: ", message, "\n")
  os.exit(1)
end

if _VERSION ~= "Lua 5.4" then die("Lua 5.4 is needed, this is " .. _VERSION) end

local path, cpath = package.path, package.cpath
package.path, package.cpath = folder .. "/?.lua", folder .. "/build/?.so"

local has_native, native = pcall(require, "parley_native")
if not has_native then
  die("its compiled part is missing or does not fit this Lua; build it with\n\n    make -C " .. folder
    .. "\n\n(it needs a C compiler and Lua's headers: apt-get install make gcc liblua5.4-dev)")
end

local connection_file = arg[1]
if not connection_file then die "a connection file is wanted: lua5.4 main.lua CONNECTION_FILE" end
local file, problem = io.open(connection_file)
if not file then die("cannot read the connection file: " .. problem) end
local connection
connection, problem = native.decode(file:read "a")
file:close()
if not connection then die("the connection file is wrong: " .. problem) end
-- When it was handed over as a descriptor, no child of a plugin shall find the key there.
local descriptor = connection_file:match "^/proc/self/fd/(%d+)$" or connection_file:match "^/dev/fd/(%d+)$"
if descriptor then native.close(math.tointeger(descriptor)) end

local kernel = require "parley.kernel"

-- What the shim is made of is no module for plugins.
package.path, package.cpath = path, cpath
for name in pairs(package.loaded) do
  if name:find "^parley" then package.loaded[name] = nil end
end
arg = nil

kernel.run(connection)
