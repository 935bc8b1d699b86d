"""The scripts that the store runs: each is whole or not at all.

`KEYS[1]` is what all keys of a desk begin with, so they lie together in a cluster; instants
are the store's own, so the clocks of couriers need not agree.
"""

NOW = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
"""

# A desk's step: see `Board.write`. What has to be told goes into the outbox with it.
WRITE = (
    """
local name = KEYS[1]
local after, position = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = tonumber(redis.call('GET', name .. ':position') or '-1')
if held >= position then return {0, held} end
if held < after then return {-1, held} end
"""
    + NOW
    + """
local function leave(task)
  local state, owner = string.match(
    redis.call('HGET', name .. ':places', task) or '', '^(%S+) (.*)$')
  if not state then return end
  redis.call('HDEL', name .. ':places', task)
  redis.call('SREM', name .. ':state:' .. state, task)
  redis.call('ZREM', name .. ':queue:' .. owner, task)
  if redis.call('EXISTS', name .. ':queue:' .. owner) == 0 then
    redis.call('SREM', name .. ':owners', owner)
  end
end

-- Nothing about the task waits any more, nor has anybody to see to it.
local function silence(task)
  for _, notice in ipairs(redis.call('HKEYS', name .. ':told:' .. task)) do
    for _, set in ipairs({':outbox', ':since', ':dead'}) do
      redis.call('ZREM', name .. set, task .. '/' .. notice)
    end
  end
end

local at = 3
local function following()
  at = at + 1
  return ARGV[at - 1]
end
local function is_a(key, kind) return string.sub(key, 1, #kind) == kind end
for _ = 1, tonumber(following()) do
  local key, document = following(), following()
  redis.call('HSET', name .. ':documents', key, document)
  if is_a(key, 'case/') then redis.call('SADD', name .. ':cases', key) end
end
for _ = 1, tonumber(following()) do
  local key = following()
  local document = is_a(key, 'task/') and redis.call('HGET', name .. ':documents', key)
  if document then
    redis.call('SREM', name .. ':customer:' .. cjson.decode(document).customer, string.sub(key, 6))
  end
  redis.call('HDEL', name .. ':documents', key)
  if is_a(key, 'case/') then redis.call('SREM', name .. ':cases', key) end
end
for _ = 1, tonumber(following()) do
  local task = following()
  leave(task)
  silence(task)
  redis.call('DEL', name .. ':told:' .. task)
end
for _ = 1, tonumber(following()) do
  local task, state, owner, score = following(), following(), following(), following()
  local customer = following()
  leave(task)
  if customer ~= '' then redis.call('SADD', name .. ':customer:' .. customer, task) end
  redis.call('HSET', name .. ':places', task, state .. ' ' .. owner)
  redis.call('SADD', name .. ':state:' .. state, task)
  if score ~= '' then
    redis.call('ZADD', name .. ':queue:' .. owner, score, task)
    redis.call('SADD', name .. ':owners', owner)
  end
end
for _ = 1, tonumber(following()) do
  silence(following())
end
for _ = 1, tonumber(following()) do
  local task, notice, urgent, told = following(), following(), following(), following()
  if redis.call('HSETNX', name .. ':told:' .. task, notice, told) == 1 then
    local member = task .. '/' .. notice
    redis.call('ZADD', name .. ':outbox', urgent == '1' and 0 or now, member)
    redis.call('ZADD', name .. ':since', now, member)
  end
end
redis.call('SET', name .. ':position', ARGV[2])
return {1, position}
"""
)

# Take what is due and lend it: ARGV is how many at most, and for how many ms.
CLAIM = (
    NOW
    + """
local name, lent = KEYS[1], {}
local due = redis.call('ZRANGEBYSCORE', name .. ':outbox', '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  local task, notice = string.match(member, '^(.*)/(.*)$')
  local told = redis.call('HGET', name .. ':told:' .. task, notice)
  if told then
    redis.call('ZADD', name .. ':outbox', now + tonumber(ARGV[2]), member)
    lent[#lent + 1] = told
  else
    redis.call('ZREM', name .. ':outbox', member)
    redis.call('ZREM', name .. ':since', member)
  end
end
return lent
"""
)

# Lend on what is still being delivered: ARGV is for how many ms, then each TASK/NOTICE.
RENEW = (
    NOW
    + """
for n = 2, #ARGV do
  redis.call('ZADD', KEYS[1] .. ':outbox', 'XX', now + tonumber(ARGV[1]), ARGV[n])
end
return #ARGV - 1
"""
)

# Keep what came of a notice: ARGV is task, notice, what came of it, and whether it is dead.
# A courier that was slow may not bury what another one has delivered meanwhile.
SETTLE = (
    NOW
    + """
local name, task, notice = KEYS[1], ARGV[1], ARGV[2]
local member = task .. '/' .. notice
local waited = redis.call('ZREM', name .. ':outbox', member) == 1
redis.call('ZREM', name .. ':since', member)
local dead = ARGV[4] == '1'
if dead and not waited then return 0 end
if redis.call('HEXISTS', name .. ':told:' .. task, notice) == 0 then return 0 end
redis.call('HSET', name .. ':told:' .. task, notice, ARGV[3])
if dead then
  redis.call('ZADD', name .. ':dead', now, member)
else
  redis.call('ZREM', name .. ':dead', member)
end
return 1
"""
)

# Have a notice come again: ARGV is task, notice, what came of it so far, how many ms from now,
# and whether it counts as late meanwhile.
POSTPONE = (
    NOW
    + """
local name, task, notice = KEYS[1], ARGV[1], ARGV[2]
local member, due = task .. '/' .. notice, now + tonumber(ARGV[4])
if not redis.call('ZSCORE', name .. ':outbox', member) then return 0 end
redis.call('HSET', name .. ':told:' .. task, notice, ARGV[3])
redis.call('ZADD', name .. ':outbox', due, member)
if ARGV[5] == '0' then redis.call('ZADD', name .. ':since', due, member) end
return 1
"""
)

# Put the dead back, to be tried at once.
AGAIN = (
    NOW
    + """
local name = KEYS[1]
local dead = redis.call('ZRANGE', name .. ':dead', 0, -1)
for _, member in ipairs(dead) do
  redis.call('ZADD', name .. ':outbox', now, member)
  redis.call('ZADD', name .. ':since', now, member)
end
redis.call('DEL', name .. ':dead')
return #dead
"""
)
