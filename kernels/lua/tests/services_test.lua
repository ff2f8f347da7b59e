local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function asking()
  o.load [[
    parley.provide("t.services", function(p) return parley.services(p.pattern) end)
    parley.provide("t.wait", function(p) parley.wait_for("tax.rate", p.options) return "there" end)
    parley.provide("t.kind", function(p)
      local ok, e = pcall(parley[p.name], table.unpack(p.arguments))
      return { ok, type(e) == "table" and e.kind or tostring(e) }
    end)
    parley.provide("t.collect", function()
      local texts = parley.array()
      for i, shape in ipairs(parley.contributions "shop.exporters") do
        local ok, value = pcall(shape.call, shape, "export", { n = i }, { timeout = 3 })
        texts[i] = { id = shape.id, plugin = shape.plugin, language = shape.language, data = shape.data, ok = ok,
          value = ok and value or value.kind }
      end
      return texts
    end)
    parley.provide("t.unknown", function()
      local ok, e = pcall(function() return parley.contributions("shop.exporters")[1]:call("exprot") end)
      return { ok, e.kind, e.message, e.nearest }
    end)
  ]]
end

test("services lists the methods that can be called", function()
  asking()
  local _, header = o.call("t.services", { pattern = "tax.*" })
  local request = o.take "services_request"
  equal(request.parent, header)
  equal({ request.metadata, request.content }, { {}, { pattern = "tax.*" } })
  local service = { method = "tax.rate", plugin = "tax", language = "ruby", stream = false, available = true }
  o.reply(request, "services_reply", { services = { service } })
  equal(o.take("call_reply").content.value, values.array { service })
  o.call "t.services"
  request = o.take "services_request"
  equal(request.content, {})
  o.reply(request, "services_reply", { services = values.array() })
  equal(o.take("call_reply").json, '{"value":[]}')
end)

test("wait_for suspends the frame until the method is there", function()
  local _, header = o.call("t.wait", { options = { timeout = 5 } })
  local request = o.take "service_wait"
  equal(request.parent, header)
  equal({ request.metadata, request.content }, { { timeout = 5 }, { method = "tax.rate" } })
  o.none "call_reply"
  o.reply(request, "service_wait_reply")
  equal(o.take("call_reply").content.value, "there")
end)

test("wait_for raises what it is refused with", function()
  for _, outcome in ipairs { "timeout", "permission_denied" } do
    o.call("t.kind", { name = "wait_for", arguments = { "tax.rate" } })
    local request = o.take "service_wait"
    equal(request.metadata, {})
    o.reply(request, "service_wait_reply", { message = "no" }, outcome)
    equal(o.take("call_reply").content.value, values.array { false, outcome })
  end
  equal(o.call("t.kind", { name = "wait_for", arguments = { "tax.rate", { timeout = 0 } } }).content.value[2], "timeout")
  o.none "service_wait"
end)

test("cancelling ends the wait for a method", function()
  local _, header = o.call "t.wait"
  o.take "service_wait"
  o.send("cancel", header, { frame = o.id(header) }, { reason = "timeout" })
  equal(o.take("call_reply").metadata.outcome, "cancelled")
end)

test("contributions are called by their names in the interface, and one that fails leaves the others alone", function()
  local _, header = o.call "t.collect"
  local request = o.take "contributions_request"
  equal(request.parent, header)
  equal(request.content, { point = "shop.exporters" })
  o.reply(request, "contributions_reply", { contributions = {
    { id = "csv", plugin = "one", language = "perl", methods = { export = "one.to_csv" }, data = { label = "CSV" } },
    { id = "pdf", plugin = "two", language = "node", methods = { export = "two.to_pdf" }, data = {} },
  } })
  local call = o.take "call_request"
  equal({ call.metadata, call.content }, { { method = "one.to_csv", timeout = 3 }, { n = 1 } })
  o.reply(call, "call_reply", { message = "broken", ename = "Error", frames = {} }, "handler_error")
  call = o.take "call_request"
  equal(call.metadata.method, "two.to_pdf")
  o.reply(call, "call_reply", { value = "done" })
  equal(o.take("call_reply").content.value, values.array {
    { id = "csv", plugin = "one", language = "perl", data = { label = "CSV" }, ok = false, value = "handler_error" },
    { id = "pdf", plugin = "two", language = "node", data = {}, ok = true, value = "done" },
  })
end)

test("a method that a contribution does not have is no_provider, with those that it has", function()
  o.call "t.unknown"
  o.reply(o.take "contributions_request", "contributions_reply", { contributions = {
    { id = "csv", plugin = "one", language = "perl", methods = { export = "one.to_csv", check = "one.check" }, data = {} } } })
  local value = o.take("call_reply").content.value
  equal({ value[1], value[2], value[4] }, { false, "no_provider", values.array { "check", "export" } })
  contains(value[3], "'csv' of one has no method 'exprot'; it has: check, export")
end)

test("a point of another's is refused", function()
  o.call("t.kind", { name = "contributions", arguments = { "not.ours" } })
  o.reply(o.take "contributions_request", "contributions_reply", { message = "not yours" }, "permission_denied")
  equal(o.take("call_reply").content.value, values.array { false, "permission_denied" })
end)

test("wrong arguments are told like Lua's own", function()
  for _, case in ipairs { { "services", { 5 } }, { "wait_for", {} }, { "wait_for", { "a.b", 3 } },
    { "wait_for", { "a.b", { tiemout = 3 } } }, { "contributions", {} } } do
    contains(o.call("t.kind", { name = case[1], arguments = case[2] }).content.value[2], "bad ")
  end
end)
