--- Runs all tests: lua5.4 tests/run.lua

local folder = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = folder .. "/?.lua;" .. folder .. "/../?.lua;" .. package.path
package.cpath = folder .. "/../build/?.so;" .. package.cpath

local specs = os.getenv "PARLEY_SPECS" or folder .. "/../../../specs"
local native = require "parley_native"
local leave = native.leave
local harness = require "harness"

--- One of the files of vectors that all languages share.
function harness.vectors(name)
  local file = assert(io.open(specs .. "/vectors/" .. name .. ".json", "rb"))
  local text = file:read "a"
  file:close()
  return assert(native.decode(text, 160))
end

function harness.bytes(hex)
  return (hex:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

harness.folder = folder

for _, name in ipairs { "values_test", "zmtp_test", "envelope_test", "session_test", "calls_test", "errors_test", "streams_test",
  "events_test", "output_test", "coroutines_test", "loader_test", "cells_test",
  "waits_test", "emissions_test", "directed_test", "services_test", "storage_test", "attaching_test", "hostile_test" } do
  require(name)
end

harness.finish(leave)
