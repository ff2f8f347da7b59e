local harness = require "harness"
local o = require "orchestrator"
local test, equal, contains = harness.test, harness.equal, harness.contains

for text, place in pairs {
  ["local x = 1\nlocal y = = 2\n"] = { 2, 11 },
  ["#!/usr/bin/lua\nlocal x = 1\nif x then\n  foo(\n"] = { 5, 1 },
  ["local s = 'abc\n"] = { 1, 11 },
  ["x = 1 1"] = { 1, 7 },
  ["for"] = { 1, 4 },
} do
  test(("the syntax error in %q has file, line and column"):format(text), function()
    local reply = o.load(text)
    equal(reply.metadata.outcome, "handler_error")
    equal(reply.content.ename, "SyntaxError")
    equal(#reply.content.frames, 1)
    local frame = reply.content.frames[1]
    equal({ frame.file, frame.line, frame.column }, { o.path, place[1], place[2] })
    contains(reply.content.message, ("%s:%d:%d"):format(o.path, place[1], place[2]))
  end)
end

test("a missing module is named, with the place that wanted it", function()
  local reply = o.load "\nlocal m = require 'not.there'"
  equal(reply.content.ename, "ModuleNotFound")
  contains(reply.content.message, "'not.there'")
  contains(reply.content.message, o.path .. ":2")
  equal(reply.content.frames[1].line, 2)
end)

test("modules beside the file are found, run once, and may call while they load", function()
  local reply = o.load([[
    local helper = require "helper"
    parley.provide("t.it", function() return { helper.value, require("helper") == helper, require("parley") == parley } end)
  ]], { files = { ["helper.lua"] = "loads = (loads or 0) + 1 return { value = loads }" } })
  equal(reply.metadata.outcome, "ok")
  local value = o.call("t.it").content.value
  equal({ value[1], value[2], value[3] }, { 1, true, true })
end)

test("a module that fails, or has a syntax error, is told with both places", function()
  local reply = o.load("\nrequire 'bad'", { files = { ["bad.lua"] = "\n\nerror('broken')" } })
  equal({ reply.content.frames[1].line, reply.content.frames[2].line }, { 2, 3 })
  reply = o.load("\nrequire 'bad'", { files = { ["bad.lua"] = "x = = 1" } })
  equal(reply.content.ename, "SyntaxError")
  contains(reply.content.frames[2].file, "bad.lua")
  reply = o.load("require 'loop'", { files = { ["loop.lua"] = "require 'loop'" } })
  equal(reply.content.ename, "ModuleLoop")
end)

test("a file that is not there is an error", function()
  o.send("load_plugin", "{}", {}, { plugin = "x", folder = "/nowhere", main = "/nowhere/x.lua" })
  contains(o.take("load_plugin_reply").content.message, "/nowhere/x.lua")
end)

test("globals are the plugin's own, and gone with it", function()
  o.load "mine = 5 parley.provide('t.it', function() return { _G.mine, _G == _ENV, rawget(getmetatable(_ENV).__index, 'mine') == nil } end)"
  local value = o.call("t.it").content.value
  equal({ value[1], value[2], value[3] }, { 5, true, true })
  o.load "parley.provide('t.it', function() return mine == nil end)"
  equal(o.call("t.it").content.value, true)
end)

test("load, loadfile and dofile stay in the plugin's environment", function()
  o.load([[
    load("a = 1")()
    loadfile(FILE)()
    dofile(FILE)
    other = {}
    load("c = 1", "c", "t", other)()
    parley.provide("t.it", function() return { a, b, other.c, c == nil } end)
  ]], { unstarted = false })
  local folder, path = o.file("env.lua", "b = (b or 0) + 1")
  o.load("FILE = '" .. path .. "'\n" .. [[
    load("a = 1")()
    loadfile(FILE)()
    dofile(FILE)
    other = {}
    load("c = 1", "c", "t", other)()
    parley.provide("t.it", function() return { a, b, other.c, c == nil } end)
  ]])
  equal(type(folder), "string")
  local value = o.call("t.it").content.value
  equal({ value[1], value[2], value[3], value[4] }, { 1, 2, 1, true })
end)

test("the shim's own modules are not for plugins", function()
  local reply = o.load "require 'parley.secret'"
  equal(reply.content.ename, "ModuleNotFound")
end)
