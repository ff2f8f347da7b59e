local traps = {}

function traps.table_sort(call)
  local list = { 3, 1, 2 }
  local result
  table.sort(list, function(a, b)
    result = call()
    return a < b
  end)
  return result
end

function traps.gsub(call)
  return (("x"):gsub("x", function() return call() end))
end

function traps.tostring_metamethod(call)
  return tostring(setmetatable({}, { __tostring = function() return call() end }))
end

function traps.index_metamethod(call)
  return setmetatable({}, { __index = function() return call() end }).anything
end

function traps.iterator(call)
  for value in function() return call() end do return value end
end

function traps.coroutine_wrap(call)
  local generator = coroutine.wrap(function()
    coroutine.yield("first")
    coroutine.yield(call())
  end)
  generator()
  return generator()
end

function traps.pcall(call)
  local _, result = pcall(call)
  return result
end

function traps.xpcall_handler(call)
  local result
  local _, problem = xpcall(error, function() result = call() end)
  return result or error(problem, 0)
end

function traps.close_metamethod(call)
  local result
  do
    local _ <close> = setmetatable({}, { __close = function() result = call() end })
  end
  return result
end

function traps.gc_metamethod()
  setmetatable({}, { __gc = function() parley.call("__plugin__.echo", { value = 1 }) end })
  collectgarbage()
  return "gc_metamethod"
end

function traps.require_of_a_module(call)
  package.preload["__plugin___preloaded"] = function() return { result = call() } end
  return require "__plugin___preloaded".result
end

function traps.load(call)
  return load(function() return nil end) and load("return ...")(call())
end

function traps.string_dump_and_load(call)
  return load(string.dump(function(c) return c() end))(call)
end

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.spring", function(p)
  return traps[p.trap](function() return parley.call(p.method, { value = p.trap }) end)
end)
