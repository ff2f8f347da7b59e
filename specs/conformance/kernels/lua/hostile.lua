parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.exit", function() os.exit(3) end)

parley.provide("__plugin__.close_output", function()
  io.stdout:close()
  io.stderr:close()
  pcall(print, "into nowhere")
  return "still here"
end)

parley.provide("__plugin__.flood", function(p)
  for i = 0, p.lines - 1 do print("line " .. i) end
  return p.lines
end)

parley.provide("__plugin__.child", function()
  os.execute("echo from the child")
  return "done"
end)

parley.provide("__plugin__.swallow", function(p)
  for _ = 1, 3 do pcall(parley.call, p.method, p.params) end
  return "swallowed"
end)

local Own = setmetatable({}, { __name = "Own" })

parley.provide("__plugin__.garbage", function(p)
  if p.what == "function" then return { a = print } end
  if p.what == "cycle" then
    local cycle = {}
    cycle.a = cycle
    return cycle
  end
  if p.what == "sdk" then return parley end
  if p.what == "error" then return { a = select(2, pcall(parley.call, "no.such", {})) } end
  return { a = setmetatable({}, Own), b = coroutine.create(print) }
end)

parley.provide("__plugin__.raise_odd", function(p)
  if p.what == "nothing" then error(nil) end
  if p.what == "text" then error("just text", 0) end
  if p.what == "table" then error({}) end
  error(setmetatable({}, { __tostring = function() error("not even text") end }))
end)

parley.provide("__plugin__.patch", function()
  print = function() error("print is gone") end
  tostring, pcall, error, type, pairs, ipairs = nil, nil, nil, nil, nil, nil
  string.format = function() return "broken" end
  table.concat = nil
  table.unpack = nil
  return "patched"
end)

local function deeper(n) return 1 + deeper(n + 1) end

parley.provide("__plugin__.deep", function() return deeper(1) end)
