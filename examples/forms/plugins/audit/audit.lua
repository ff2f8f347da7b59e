local parley = require "parley"

local folder = os.getenv("FORMS_DATA") or "../../output"

parley.on("form:**", function(form)
    local context = parley.context()
    local log = assert(io.open(folder .. "/audit.log", "a"))
    log:write(os.date("!%Y-%m-%dT%H:%M:%SZ"), " ", context.event, " ", form.id, "\n")
    log:close()
end)
