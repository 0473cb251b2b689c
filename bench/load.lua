-- For wrk: sends the requests of a file in turn, and prints what came of it as one line of JSON.
-- The file has, for each request, its length in a line of its own and then the request as it is sent.

local requests, position = {}, 0

function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   local length = file:read("*l")
   while length do
      requests[#requests + 1] = file:read(tonumber(length))
      length = file:read("*l")
   end
   file:close()
end

function request()
   position = position % #requests + 1
   return requests[position]
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
