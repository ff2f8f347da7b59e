--- A small test harness: tests are sentences, failures are told with their place, the count comes last.

local stdout = io.stdout
local write = getmetatable(stdout).__index.write -- the kernel under test replaces it

local harness = { passed = 0, failed = 0 }

local function show(value)
  if type(value) ~= "table" then return type(value) == "string" and ("%q"):format(value) or tostring(value) end
  local pieces = {}
  for k, v in pairs(value) do pieces[#pieces + 1] = tostring(k) .. "=" .. show(v) end
  table.sort(pieces)
  return "{" .. table.concat(pieces, ", ") .. "}"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b and math.type(a) == math.type(b) end
  for k, v in pairs(a) do
    if not same(v, b[k]) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

--- Raises an error unless two values are equal, tables by what is in them.
function harness.equal(got, wanted, what)
  if not same(got, wanted) then
    error(("%sgot %s, wanted %s"):format(what and what .. ": " or "", show(got), show(wanted)), 2)
  end
end

--- Raises an error unless a text contains another.
function harness.contains(text, part)
  if not tostring(text):find(part, 1, true) then error(("%q is not in %q"):format(part, tostring(text)), 2) end
end

--- Runs one test.
function harness.test(name, body)
  local ok, problem = xpcall(body, debug.traceback)
  harness[ok and "passed" or "failed"] = harness[ok and "passed" or "failed"] + 1
  if not ok then write(stdout, "FAILED ", name, "\n", tostring(problem), "\n") end
end

--- Prints the count and ends with status 1 when a test failed.
function harness.finish(leave)
  write(stdout, ("%d tests, %d failed\n"):format(harness.passed + harness.failed, harness.failed))
  stdout:flush()
  leave((harness.failed > 0 or harness.passed == 0) and 1 or 0)
end

return harness
