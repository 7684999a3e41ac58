-- wrk script: one ready request again and again, the figures of the run as one line of JSON.
--   BENCH_BODY, BENCH_HEADERS   files: the body; "name: value" lines
--   BENCH_ANSWER                file: when set, every answer is compared with it byte for byte (costs the load generator, so not while measuring)
local function text(path)
    local file = assert(io.open(path, "rb"))
    local all = file:read("*a")
    file:close()
    return all
end

local answer = os.getenv("BENCH_ANSWER") and text(os.getenv("BENCH_ANSWER"))
local threads = {}
local ready

wrong = 0

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    wrk.method = "POST"
    wrk.body = text(os.getenv("BENCH_BODY"))
    for name, value in text(os.getenv("BENCH_HEADERS")):gmatch("([^:\n]+): ([^\n]+)") do
        wrk.headers[name] = value
    end
    ready = wrk.format()
end

function request()
    return ready
end

if answer then
    function response(status, headers, body)
        if status ~= 200 or body ~= answer then
            wrong = wrong + 1
        end
    end
end

function done(summary, latency, requests)
    local differing = 0
    for _, thread in ipairs(threads) do
        differing = differing + thread:get("wrong")
    end
    local failed = summary.errors
    io.write(string.format(
        '{"calls":%d,"seconds":%.3f,"rps":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"failed":%d}\n',
        summary.requests, summary.duration / 1e6, summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3,
        failed.connect + failed.read + failed.write + failed.status + failed.timeout + differing))
end
