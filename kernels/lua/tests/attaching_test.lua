--- A program that Parley did not start: what it is told when it cannot join. Each runs by itself: attaching changes a process.

local harness = require "harness"
local test, contains, equal = harness.test, harness.contains, harness.equal

local popen = io.popen -- before the kernel under test has replaced it

--- What a program prints; `token` there makes one of a table.
local function run(program, environment)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(([[
    package.path = %q .. "/../?.lua;" .. package.path
    package.cpath = %q .. "/../build/?.so;" .. package.cpath
    local parley = require "parley"
    local values = require "parley.values"
    local DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    local function token(value)
      local bits = (values.encode(value)):gsub(".", function(c)
        local text = ""
        for i = 7, 0, -1 do text = text .. (c:byte() >> i & 1) end
        return text
      end)
      bits = bits .. ("0"):rep(-#bits %% 6)
      return "parley-" .. bits:gsub("......", function(six)
        local index = tonumber(six, 2) + 1
        return DIGITS:sub(index, index)
      end)
    end
    local CONNECTION = { protocol = "1.0", kernel_id = "k-1", key = "?>~", max_message_bytes = 1048576,
      requests = "ipc:///nowhere/r", events = "ipc:///nowhere/e", signature_scheme = "hmac-sha256" }
    local function refused(...)
      local ok, problem = pcall(parley.attach, ...)
      print(not ok and parley.is_error(problem, "unavailable"), problem)
    end
  ]]):format(harness.folder, harness.folder))
  file:write(program)
  file:close()
  local pipe = assert(popen((environment or "") .. " lua5.4 " .. path .. " 2>&1"))
  local text = pipe:read "a"
  pipe:close()
  os.remove(path)
  return text
end

test("what is no token is refused with what mends it", function()
  local text = run [[
    local whole = token(CONNECTION)
    for _, wrong in ipairs { "parley-", "x", whole:sub(1, 40), whole:sub(8), token { key = "k" }, "parley-!!!!" } do refused(wrong) end
  ]]
  local pattern = "true\tThis is no token of Parley's, or only a part of one%. Get a token with `parley attach %-%-manifest"
  equal(select(2, text:gsub(pattern, "")), 6, text)
end)

test("without a token it says where one comes from", function()
  contains(run("refused()", "env -u PARLEY_TOKEN"), "true\tThere is no token: PARLEY_TOKEN is not set")
end)

test("an orchestrator that has gone is told, and one may try again", function()
  local text = run "for _ = 1, 2 do refused(token(CONNECTION)) end"
  equal(select(2, text:gsub("true\tThe orchestrator of this token cannot be reached", "")), 2, text)
end)

test("a command that is not there is told", function()
  contains(run [[refused { manifest = "plugin.json", command = "/nowhere/parley" }]], "true\t`/nowhere/parley attach` gave no token")
end)

test("what needs an orchestrator says to attach first", function()
  contains(run [[parley.detach() print(select(2, pcall(parley.call, "a.b")))]], "call parley.attach() first")
end)
