-- Asks the suite at every log-in, and tells LMTP where a box lives. `settings` is written above this line by
-- configuration.ts: gate (URL), token, homes (folder).

local client = dovecot.http.client{ request_absolute_timeout_msecs = 3000, max_attempts = 1 }

local escapes = { ['"'] = '\\"', ['\\'] = '\\\\' }

local function quoted(text)
  local safe = text:gsub('[%z\1-\31"\\]', function(character)
    return escapes[character] or string.format('\\u%04x', character:byte())
  end)
  return '"' .. safe .. '"'
end

-- The gate answers one flat object whose texts hold neither quotes nor backslashes: that is part of its contract.
local function texts(payload)
  local found = {}
  for name, text in payload:gmatch('"(%w+)":"([^"\\]*)"') do found[name] = text end
  return found
end

-- The home of an address and how much fits into it; nil and the system's error when there is no such home. What may be
-- done in it, and its size, are files behind the link `rights`, so that a phase or a state changes them for all at once.
local function home(localpart, domain)
  if (localpart .. domain):find("/", 1, true) then return nil, "no such box", 2 end
  local folder = settings.homes .. "/" .. domain .. "/" .. localpart
  local file, reason, code = io.open(folder .. "/rights/quota")
  if file == nil then return nil, reason, code end
  local quota = file:read("*l")
  file:close()
  return folder, "*:storage=" .. quota
end

-- The client is asked to try again. These are the only lines in which Dovecot's log names an account.
local function comeBack(why)
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, why
end

local function admitted(request, address)
  local localpart, domain = address:match("^(.+)@([^@]+)$")
  local folder, quota = home(localpart, domain)
  if folder == nil then return comeBack("the box has no home") end
  return dovecot.auth.PASSDB_RESULT_OK, {
    user = address,
    userdb_home = folder,
    userdb_acl = "vfile:" .. folder .. "/rights/" .. request.service .. ":cache_secs=0",
    userdb_quota_rule = quota,
  }
end

function auth_password_verify(request, secret)
  local asked = client:request{ url = settings.gate, method = "POST" }
  asked:add_header("Content-Type", "application/json")
  asked:add_header("Authorization", "Bearer " .. settings.token)
  asked:set_payload('{"name":' .. quoted(request.user) .. ',"secret":' .. quoted(secret)
    .. ',"door":' .. quoted(request.service) .. ',"client":' .. quoted(request.rip or "") .. '}')
  local response = asked:submit()
  if response:status() ~= 200 then
    return comeBack("the gate answered " .. response:status() .. " " .. response:reason())
  end
  local answer = texts(response:payload())
  if answer.outcome == "admitted" then
    return admitted(request, answer.address)
  elseif answer.outcome == "refused" then
    -- Only with the result OK does Dovecot hand the reason on; `nologin` is what refuses.
    return dovecot.auth.PASSDB_RESULT_OK, { nologin = "", reason = answer.reason }
  elseif answer.outcome == "wrong" then
    return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, "wrong name or password"
  end
  return comeBack("the gate cannot say now")
end

-- LMTP asks nobody whether a box may receive: that was decided before the message came here.
function auth_userdb_lookup(request)
  local folder, quota, code = home(request.username, request.domain)
  if folder ~= nil then
    return dovecot.auth.USERDB_RESULT_OK, { home = folder, quota_rule = quota }
  elseif code == 2 then
    return dovecot.auth.USERDB_RESULT_USER_UNKNOWN, "no such box"
  end
  return dovecot.auth.USERDB_RESULT_INTERNAL_FAILURE, quota
end
