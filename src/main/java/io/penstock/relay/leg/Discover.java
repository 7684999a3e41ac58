package io.penstock.relay.leg;

import io.penstock.relay.leg.Leg.Greeting;
import io.penstock.relay.line.Codes;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How a stateless upstream is greeted (2026-07-28, Discovery). */
final class Discover {

    private static final String METHOD = "server/discover";

    private Discover() {}

    /** Never empty. Error: {@link OtherEra} where the upstream does not speak this revision. */
    static Mono<StatelessLeg> open(Line line, Party party, Ids ids, SharedSubscriptions subscriptions) {
        return Mono.defer(() -> {
            var params = StatelessLeg.envelope(Params.of(null), party).json();
            var asked = new Message.Asked(ids.next(), METHOD, params);
            return First.of(line.post(line.uri(), headers -> Mirror.of(headers, asked), asked), line, METHOD)
                    .map(first -> {
                        String result = first.result();
                        if (result == null) {
                            throw verdict(first, line);
                        }
                        return new StatelessLeg(
                                line, party, ids, greeting(JsonParts.members(result), line), subscriptions);
                    });
        });
    }

    private static Greeting greeting(Map<String, String> said, Line line) {
        if (!strings(said.get("supportedVersions")).contains(ProtocolVersion.V2026_07_28.text())) {
            throw new OtherEra(line.faults().broken(METHOD, "without a revision that is spoken here"));
        }
        String meta = said.get("_meta");
        String serverInfo = meta != null && JsonParts.isObject(meta)
                ? JsonParts.members(meta).get("io.modelcontextprotocol/serverInfo")
                : null;
        return Introduction.greeting(ProtocolVersion.V2026_07_28, "streamable_http", said, serverInfo);
    }

    /** Streamable HTTP, "Backward compatibility": only a 4xx is a verdict, and a recognised error in its body is one for this era. */
    private static RuntimeException verdict(First first, Line line) {
        var failure = first.failure();
        var refused = first.refused();
        if (failure == null && refused == null) {
            return new OtherEra(line.faults().broken(METHOD, "without a response"));
        }
        if (failure != null && Codes.isModern(failure.code()) && !speaksOlder(failure)) {
            return line.faults().error(failure.code(), METHOD);
        }
        if (refused == null && failure != null) {
            return new OtherEra(line.faults().error(failure.code(), METHOD));
        }
        int status = refused == null ? 200 : refused.status();
        boolean silent = status == 401 || status == 403 || status == 407 || status == 408 || status == 429;
        var told = line.faults().status(status, METHOD);
        return silent || status >= 500 || (status >= 300 && status < 400) ? told : new OtherEra(told);
    }

    private static boolean speaksOlder(Message.Failure failure) {
        String data = JsonParts.members(failure.error()).get("data");
        String supported = data != null && JsonParts.isObject(data)
                ? JsonParts.members(data).get("supported")
                : null;
        return strings(supported).stream()
                .map(ProtocolVersion::find)
                .anyMatch(version -> version != null && version != ProtocolVersion.V2026_07_28);
    }

    private static List<String> strings(@Nullable String array) {
        return array == null || !array.startsWith("[")
                ? List.of()
                : JsonParts.elements(array).stream()
                        .filter(element -> element.startsWith("\""))
                        .map(JsonParts::string)
                        .toList();
    }
}
