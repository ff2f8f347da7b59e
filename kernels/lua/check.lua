--- For `parley doctor`: status 0 when the compiled part is there and fits this Lua.

local folder = arg[0]:match "^(.*)/[^/]*$" or "."
package.cpath = folder .. "/build/?.so"
local ok, problem = pcall(require, "parley_native")
if not ok then
  io.stderr:write("build it with: make -C ", folder, "\n", tostring(problem), "\n")
  os.exit(1)
end
