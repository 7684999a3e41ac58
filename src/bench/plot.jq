# One row of the raw figures as an SVG: a bar for each proxy's processor time relative to nginx, and a line for its spread over the rounds.
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def places($n): . * pow(10; $n) | round / pow(10; $n);
def title: {
    "call-legacy": "A call, 2025-11-25", "call-modern": "A call, 2026-07-28", "call-virtual": "A call to a virtual server, 2026-07-28",
    "call-sessionless": "A call to a virtual server, 2025-11-25", "call-list": "A list of 500 tools", "stream": "A stream of 100 events",
    "paced": "A call, 2,000 a second"
  }[.] // .;

.measurements as $all
| [$all[] | select(.row == $row and .proxy == "nginx" and .round > 0)] as $nginx
| ["nginx", "haproxy", "penstock", "penstock-rs256", "penstock-es256"]
| map(. as $proxy | [$all[] | select(.row == $row and .proxy == $proxy and .round > 0 and .cpu_us)
      | . as $one | .cpu_us / ($nginx[] | select(.round == $one.round) | .cpu_us)]
    | select(length > 0) | {proxy: $proxy, rel: median, least: min, most: max})
| . as $bars
| (map(.most) | max * 1.1) as $scale
| ($bars | length * 34 + 60) as $height
| "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 \($height)\" font-family=\"sans-serif\" font-size=\"13\">",
  "<rect width=\"640\" height=\"\($height)\" fill=\"#fff\"/>",
  "<text x=\"10\" y=\"22\" font-size=\"15\">\($row | title): processor time relative to nginx</text>",
  ($bars | to_entries[] | (.key * 34 + 38) as $y | .value
    | def at: . / $scale * 430 + 130;
      "<text x=\"122\" y=\"\($y + 17)\" text-anchor=\"end\">\(.proxy)</text>",
      "<rect x=\"130\" y=\"\($y)\" width=\"\((.rel | at) - 130 | places(1))\" height=\"24\" fill=\"\(if .proxy | startswith("penstock") then "#2b6cb0" else "#a0aec0" end)\"/>",
      "<path d=\"M\(.least | at | places(1)) \($y + 12)H\(.most | at | places(1))M\(.least | at | places(1)) \($y + 7)v10M\(.most | at | places(1)) \($y + 7)v10\" stroke=\"#1a202c\" fill=\"none\"/>",
      "<text x=\"\((.most | at) + 8 | places(1))\" y=\"\($y + 17)\">\(.rel | places(2))</text>"),
  "<text x=\"10\" y=\"\($height - 8)\" fill=\"#4a5568\">Median of the rounds; the line reaches from the least to the greatest.</text>",
  "</svg>"
