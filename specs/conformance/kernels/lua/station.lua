local journal = {}

local FIELDS = {
  "ename", "frames", "nearest", "permission", "pointer", "path", "signal", "started", "cycle", "limit", "size", "reason",
  "retry_after",
}

local function described(body)
  local ok, result = pcall(body)
  if ok then return { kind = "ok", value = result } end
  if not parley.is_error(result) then error(result, 0) end
  local description = { kind = result.kind, message = result.message }
  for _, name in ipairs(FIELDS) do description[name] = result[name] end
  return description
end

local function next_call(p)
  if #p.route == 1 then return parley.call(p.route[1], p.params, { timeout = p.timeout }) end
  local rest = parley.array { table.unpack(p.route, 2) }
  return parley.call(p.route[1], { route = rest, params = p.params }, { timeout = p.timeout })
end

parley.provide("__plugin__.echo", function(p) return p.value end)

parley.provide("__plugin__.relay", function(p) return next_call(p) end)

local function finally(action) return setmetatable({}, { __close = action }) end

parley.provide("__plugin__.tidy", function(p)
  local _ <close> = finally(function()
    local outcome = described(function() return parley.call("__plugin__.echo", { value = 1 }) end).kind
    parley.log("info", "tidied " .. outcome)
  end)
  return next_call(p)
end)

local function in_sequence(calls)
  local results = parley.array {}
  for i, c in ipairs(calls) do results[i] = parley.call(c.method, c.params) end
  return results
end

parley.provide("__plugin__.sequence", function(p) return in_sequence(p.calls) end)

local Boom = { __name = "Boom" }
Boom.__tostring = function(self) return self.message end

local function boom(message, cause) error(setmetatable({ message = message, cause = cause }, Boom)) end

parley.provide("__plugin__.fail", function(p) boom(p.message) end)

parley.provide("__plugin__.fail_because", function(p)
  local _, root = pcall(boom, "the root")
  boom(p.message, root)
end)

parley.provide("__plugin__.catch", function(p)
  return described(function() return parley.call(p.method, p.params, { timeout = p.timeout }) end)
end)

parley.provide("__plugin__.catch_as", function(p)
  local ok, problem = pcall(parley.call, p.method, p.params, { timeout = p.timeout })
  if ok then return "nothing was raised" end
  local kind = p.name:gsub("(%l)(%u)", "%1_%2"):lower()
  if parley.is_error(problem, kind) then return "caught " .. problem.kind end
  error(problem, 0)
end)

parley.provide("__plugin__.context", function()
  local context = parley.context()
  local fields = {}
  for _, name in ipairs { "plugin", "method", "caller", "depth", "tenant", "trace", "deadline" } do
    fields[name] = context[name]
  end
  return fields
end)

local makers = {
  ["nan"] = function() return 0 / 0 end,
  ["inf"] = function() return math.huge end,
  ["-inf"] = function() return -math.huge end,
  ["function"] = function() return function() end end,
  ["cycle"] = function()
    local cycle = {}
    cycle[1] = cycle
    return cycle
  end,
  ["broken_text"] = function() return "a\xffb" end,
  ["bad_key"] = function() return { [true] = 1 } end,
  ["too_deep"] = function()
    local deep = {}
    for _ = 1, 130 do deep = { deep } end
    return deep
  end,
}

local function made(what)
  local maker = makers[what]
  return maker and { rows = { 1, maker() } }
end

parley.provide("__plugin__.make", function(p) return made(p.what) or "unmakeable" end)

parley.provide("__plugin__.send", function(p)
  local params = made(p.what)
  if not params then return "unmakeable" end
  return described(function() return parley.call(p.method, params) end)
end)

parley.provide("__plugin__.bytes", function(p) return parley.bytes(string.char(table.unpack(p.octets))) end)

parley.provide("__plugin__.note", function(p) journal[#journal + 1] = p.text end)

parley.provide("__plugin__.journal", function()
  local notes = parley.array(journal)
  journal = {}
  return notes
end)

parley.provide("__plugin__.bracket", function(p)
  journal[#journal + 1] = "<" .. p.tag
  parley.call(p.method, p.params)
  journal[#journal + 1] = p.tag .. ">"
end)

local function numbers(count)
  local done = false
  local closing = finally(function()
    if not done then parley.log("info", "closed") end
  end)
  local n = -1
  return function()
    n = n + 1
    if count < 0 or n < count then return n end
    done = true
  end, nil, nil, closing
end

parley.provide("__plugin__.numbers", function(p) return numbers(p.count) end)

parley.provide("__plugin__.yields_unasked", function() return (numbers(3)) end)

parley.provide("__plugin__.plain_as_stream", function() return 1 end)

parley.provide("__plugin__.failing_numbers", function(p)
  local n = -1
  return function()
    n = n + 1
    if n == p.count then boom("no more numbers") end
    return n
  end
end)

parley.provide("__plugin__.replies", function(p)
  local n = 0
  return function()
    n = n + 1
    local one = p.calls[n]
    return one and parley.call(one.method, one.params)
  end
end)

parley.provide("__plugin__.collect", function(p)
  local items = parley.array {}
  if p.limit == 0 then return items end
  for item in parley.stream(p.method, p.params) do
    items[#items + 1] = item
    if p.between then parley.call(p.between.method, p.between.params) end
    if #items == p.limit then break end
  end
  return items
end)

parley.provide("__plugin__.advance", function(p)
  for i = 1, p.steps do parley.progress(i / p.steps, tostring(i)) end
  return "done"
end)

parley.provide("__plugin__.watch", function(p)
  local progress = parley.array {}
  local value = parley.call(p.method, p.params, { on_progress = function(fraction, text)
    progress[#progress + 1] = { fraction, text }
  end })
  return { value = value, progress = progress }
end)

parley.provide("__plugin__.locked", function(p)
  return parley.lock(p.name, function() return in_sequence(p.calls) end)
end)

parley.provide("__plugin__.speak", function(p)
  print(p.tag .. " before")
  local value = parley.call(p.method, p.params)
  print(p.tag .. " after")
  return value
end)

parley.provide("__plugin__.spin", function()
  print("spinning")
  while true do end
end)

parley.provide("__plugin__.text", function(p) return ("x"):rep(p.size) end)

parley.provide("__plugin__.oversize", function(p)
  return described(function() return parley.call("__plugin__.echo", { value = ("x"):rep(p.size) }) end)
end)

parley.provide("__plugin__.emit", function(p)
  local reached
  for n = 1, p.times or 1 do
    p.payload.n = n
    reached = parley.emit(p.event, p.payload)
  end
  return reached
end)
