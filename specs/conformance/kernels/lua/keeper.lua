local storage = parley.storage
local watches = {}

local function attempt(action, ...)
  local ok, result = pcall(action, ...)
  if ok then return result end
  return { error = result.kind }
end

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.get", function(p) return attempt(storage.get, p.key, p.fallback) end)

parley.provide("__plugin__.entry", function(p)
  local found = storage.entry(p.key)
  return found and { found.value, found.version }
end)

parley.provide("__plugin__.set", function(p) return attempt(storage.set, p.key, p.value) end)

parley.provide("__plugin__.delete", function(p) return attempt(storage.delete, p.key) end)

parley.provide("__plugin__.list", function(p)
  local list = parley.array()
  for i, one in ipairs(storage.list(p.prefix)) do list[i] = { one.key, one.value, one.version } end
  return list
end)

parley.provide("__plugin__.swap", function(p) return storage.compare_and_set(p.key, p.value, p.version) end)

parley.provide("__plugin__.watch", function(p)
  watches[#watches + 1] = storage.watch(p.prefix, function(change)
    if change.deleted then
      parley.log("info", "gone " .. change.key)
    else
      parley.log("info", "changed " .. change.key, { value = change.value })
    end
  end)
end)

parley.provide("__plugin__.unwatch", function() table.remove(watches):dispose() end)

parley.provide("__plugin__.put", function(p) return storage.put_blob(p.value) end)

parley.provide("__plugin__.read", function(p) return attempt(storage.get_blob, p.reference) end)
