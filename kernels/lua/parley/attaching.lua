--- Joining as a plugin from a program that Parley did not start. Lua has no threads: handlers run while the program waits for
--- an answer, or serves.

local coroutines = require "parley.coroutines"
local errors = require "parley.errors"
local kernel = require "parley.kernel"
local native = require "parley_native"
local plugin = require "parley.plugin"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local trace = require "parley.trace"

local error, format, pcall, setmetatable, tostring, type = error, string.format, pcall, setmetatable, tostring, type
local char, find, gsub, match = string.char, string.find, string.gsub, string.match
local getenv, monotonic, popen = os.getenv, native.monotonic, io.popen

local PATIENCE <const> = 10
local ADVICE <const> = "Get a token with `parley attach --manifest plugin.json`."

---@class parley.Attachment
---@field owner parley.Plugin
---@field started fun()
---@field ended fun(reason: string, refusal: table?)

local Attachment = { __name = "parley.attachment" }
Attachment.__index = Attachment

local current

local function unavailable(message) return errors.new("unavailable", { message = message }) end

local function pump(self, limit)
  if self.owner and scheduler.current() then
    error(errors.failure("CannotWait", "a handler cannot serve: return, and the program goes on serving"), 0)
  end
  kernel.pump(limit)
end

--- Whether this program is the plugin.
---@return boolean
function Attachment:is_attached() return self.state == "started" end

--- Serves until the orchestrator has gone, or somebody detaches.
---@return string reason
function Attachment:serve()
  while self.state ~= "ended" do pump(self) end
  return self.reason
end

--- Runs the on_stop handlers and leaves: what is provided and subscribed to is gone, and the name is free. In a handler it
--- returns at once.
function Attachment:detach()
  if self.state ~= "started" then return end
  requests.post(nil, "detach", "{}", "{}")
  if not scheduler.current() then self:serve() end
end
Attachment.__close = Attachment.detach

local VALUES <const> = {}
for index = 0, 63 do
  VALUES[("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"):byte(index + 1)] = index
end

--- The bytes of a text in base64url without padding; nil when it is none.
local function decode(text)
  if find(text, "[^%w_-]") then return nil end
  return (gsub(text, "..?.?.?", function(group)
    local bits, count = 0, #group
    for i = 1, count do bits = bits << 6 | VALUES[group:byte(i)] end
    bits = bits << 6 * (4 - count)
    return char(bits >> 16 & 255, bits >> 8 & 255, bits & 255):sub(1, count - 1)
  end))
end

--- What a token holds.
local function read(token)
  if token == "" then error(unavailable("There is no token: PARLEY_TOKEN is not set. " .. ADVICE), 0) end
  local text = match(token, "^parley%-(.*)$")
  local bytes = text and decode(text)
  local ok, connection = pcall(native.decode, bytes or "")
  if ok and type(connection) == "table" and type(connection.kernel_id) == "string" then return connection end
  error(unavailable("This is no token of Parley's, or only a part of one. " .. ADVICE), 0)
end

local function quoted(text) return "'" .. gsub(text, "'", "'\\''") .. "'" end

--- A token for the plugin of a manifest.
local function ask(manifest, command)
  local pipe <close> = popen(format("%s attach --manifest %s 2>&1", quoted(command), quoted(manifest)))
  local text = pipe:read "a"
  for line in text:gmatch "[^\n]+" do
    if find(line, "^parley%-") then return line end
  end
  error(unavailable(format("`%s attach` gave no token: %s", command, (text:gsub("%s+$", "")))), 0)
end

local function token_of(options)
  if type(options) == "string" then return options end
  if options.token then return options.token end
  if options.manifest then return ask(options.manifest, options.command or "parley") end
  return getenv "PARLEY_TOKEN" or ""
end

local owner = plugin.new { plugin = "" }
local sdk = owner.sdk

--- Waits until the orchestrator counts this program as the plugin.
local function wait_for_start(self)
  local deadline = monotonic() + PATIENCE
  while self.state == "connecting" do
    kernel.pump(1)
    if self.state == "connecting" and not kernel.is_welcomed() and monotonic() > deadline then
      kernel.abandon("the orchestrator did not answer. " .. ADVICE)
    end
  end
  if self.state == "ended" then error(self.refusal or unavailable("The orchestrator has let go of this program: " .. self.reason), 0) end
end

--- Joins the running orchestrator as a plugin. The token comes from `parley attach --manifest plugin.json`: it is given, or in
--- PARLEY_TOKEN; with `manifest` that command is run here.
---@param options? string|{token: string?, manifest: string?, command: string?}
---@return table attachment `attachment:detach()`, `attachment:serve()`, `attachment:is_attached()`
function sdk.attach(options)
  if current and current.state ~= "ended" then
    error(errors.failure("AlreadyAttached", "this program is attached already: call parley.detach() first"), 2)
  end
  local connection = read(match(token_of(options or {}), "^%s*(.-)%s*$"))
  local self = setmetatable({ state = "connecting", owner = owner }, Attachment)
  function self.started() self.state = "started" end
  function self.ended(reason, refusal) self.state, self.reason, self.refusal = "ended", reason, refusal end
  local ok, problem = kernel.join(connection, self)
  if not ok then error(unavailable(format("The orchestrator of this token cannot be reached: %s. %s", tostring(problem), ADVICE)), 0) end
  current = self
  wait_for_start(self)
  return self
end

--- Serves until the orchestrator has gone, or somebody detaches.
---@return string reason
function sdk.serve()
  if not current then error(requests.detached(), 2) end
  return current:serve()
end

--- Leaves. Without an attachment it does nothing.
function sdk.detach()
  if current then current:detach() end
end

function sdk.on_start()
  error(errors.failure("OnStart", "on_start is for plugins that Parley starts: after parley.attach() just call the function"), 2)
end

-- Where it is, `require` has found the SDK: its own files are no plugin's.
trace.set_plugin_folder(getenv "PWD" or ".")
-- A handler may wait inside a coroutine of its own.
coroutines.install()
scheduler.pump = kernel.pump

return sdk
