--- What the orchestrator asks before it calls something a deadlock: whether a frame waits, and for which request. It asks
--- only about frames that might be in one; from then on it is told whenever such a frame waits.
---
--- A frame waits in one place at a time, for what comes into one inbox. So there is never more than one request to be named.

local requests = require "parley.requests"
local scheduler = require "parley.scheduler"

local format = string.format

local waits = {}

-- Those that need others to be answered. The rest is answered at once.
local ANSWERED_LATER <const> = { call_request = true, lock_request = true, emit = true }

--- Tells what a frame waits for that was asked about, unless that was told before.
---@param frame parley.Frame suspended, or about to be
local function tell(frame)
  local inbox = frame.waiting
  if not inbox or not ANSWERED_LATER[inbox.type] then return end
  local content = format('{"requests":[{"msg_id":"%s","items":%d}]}', inbox.id, inbox.items or 0)
  if content == frame.told then return end
  frame.told = content
  requests.post(frame, "waiting", "{}", content)
end
scheduler.on_wait = tell

--- Begins to tell when a frame waits.
---@param frame? parley.Frame nil when it has ended
function waits.ask(frame)
  if not frame then return end
  frame.told = frame.told or ""
  tell(frame)
end

return waits
