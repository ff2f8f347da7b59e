local harness = require "harness"
local native = require "parley_native"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains
local vectors = harness.vectors "values"

for _, vector in ipairs(vectors.faithful) do
  test("the value '" .. vector.name .. "' survives", function()
    local value = assert(native.decode(vector.json) ~= nil and { native.decode(vector.json) })[1]
    local again = native.decode((values.encode(value)))
    equal(again, value)
    if type(value) == "table" and next(value) == nil then equal(values.encode(value), vector.json) end
  end)
end

for _, vector in ipairs(vectors.invalid) do
  test("the text '" .. vector.name .. "' is refused", function()
    local value, problem = native.decode(harness.bytes(vector.json_hex))
    equal(value, nil)
    equal(type(problem), "string")
  end)
end

local function nested(levels)
  local value = {}
  for _ = 2, levels do value = { value } end
  return value
end

local cycle = {}
cycle.inner = { cycle }

local made = {
  nan = 0 / 0, inf = math.huge, ["-inf"] = -math.huge, ["function"] = print, cycle = cycle, ["deep:129"] = nested(129),
  broken_utf8 = "a\xff", bad_key = { [true] = 1 },
}

for _, vector in ipairs(vectors.unfaithful) do
  local value = made[vector.make]
  if value ~= nil then
    test("the value '" .. vector.name .. "' is not serialisable", function()
      local ok, problem = pcall(values.encode, { x = { value } })
      equal(ok, false)
      equal(problem.kind, "not_serializable")
      contains(problem.path, "$.x[0]")
    end)
  else -- Lua has no integers beyond 64 bits
    test("the integer '" .. vector.name .. "' cannot be read", function()
      equal(native.decode((vector.make:gsub("int:", ""))), nil)
    end)
  end
end

for _, vector in ipairs(vectors.bytes) do
  test("bytes '" .. vector.name .. "' travel in a buffer", function()
    local bytes = harness.bytes(vector.hex)
    local json, paths, buffers = values.encode({ a = { 1, values.bytes(bytes) } }, "value")
    equal(json, '{"a":[1,null]}')
    equal(paths, '[["value","a",1]]')
    equal(buffers, { bytes })
    local content = { value = native.decode(json) }
    assert(values.place(content, native.decode(paths), buffers))
    equal(tostring(content.value.a[2]), bytes)
    equal(#content.value.a[2], #bytes)
  end)
end

test("an integral float stays a float and an integer an integer", function()
  equal(values.encode(1.0), "1.0")
  equal(values.encode(1), "1")
  equal(math.type(native.decode "1.0"), "float")
  equal(math.type(native.decode "1"), "integer")
end)

test("an empty table is an object, a marked one an array", function()
  equal(values.encode {}, "{}")
  equal(values.encode(values.array()), "[]")
  equal(values.encode(values.object()), "{}")
  equal(values.encode(setmetatable({}, { __jsontype = "array" })), "[]")
  equal(values.encode(setmetatable({}, { __jsontype = "object" })), "{}")
end)

test("arrays with holes and tables of both kinds are refused with the path", function()
  for path, value in pairs { ["$[1]"] = { 1, nil, 3 }, ["$.a"] = { 1, a = 2 }, ["$.?"] = { [3] = 1 },
    ["$"] = setmetatable({}, { __index = {} }), ["$.o.?"] = { o = values.object { 1 } } } do
    local ok, problem = pcall(values.encode, value)
    equal(ok, false)
    equal(problem.path, path)
  end
end)

test("null is one value that prints as null", function()
  equal(native.decode "null" == values.null, true)
  equal(tostring(values.null), "null")
end)

test("a path of buffers that leads nowhere is refused", function()
  for _, paths in ipairs { '[["x","y"]]', '[[]]', '5', '["x"]', '[["value"],["more"]]', '[[null]]' } do
    equal(values.place({ value = 1 }, native.decode(paths), { "b" }), false)
  end
end)
