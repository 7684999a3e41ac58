package io.penstock.mcp.line;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.caller.Caller;
import io.penstock.ingress.Pressure;
import io.penstock.ingress.Pressures;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.Replicas;
import io.penstock.wire.Arrival.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The lines that are open on this replica. */
@Component
public final class Lines {

    /** Names the line of a message that one replica hands to another: a request there has no query. */
    public static final String NAME = "penstock-line";

    private final Calls calls;
    private final LineIds ids;
    private final Replicas replicas;
    private final Pressure pressure;
    private final Duration callLimit;
    private final Counter full;
    private final Map<String, Line> open = new ConcurrentHashMap<>();

    Lines(Calls calls, LineIds ids, Replicas replicas, Pressures pressures, RelaySettings relay, MeterRegistry meters) {
        this.calls = calls;
        this.ids = ids;
        this.replicas = replicas;
        this.pressure = pressures.everywhere();
        this.callLimit = relay.callLimit();
        this.full = Counter.builder("penstock.streams.closed")
                .description("Streams and other answers that were cut off, because their clients did not read them")
                .tag("why", "full")
                .register(meters);
    }

    /** Where a named line is. */
    public sealed interface Place {

        /** On this replica. */
        record Here(Line line) implements Place {}

        /** On another one, if that is still there. */
        record There(String replica) implements Place {}
    }

    /** A line for the permitted call; it is open while somebody reads its {@link Line#messages}. */
    public Line line(Call opener) {
        return new Line(UUID.randomUUID().toString(), calls, opener, this);
    }

    /** The name by which the caller of that call, and nobody else, can send messages to the line from any connection. */
    public String name(Line line, Call opener) {
        String user = Objects.requireNonNull(opener.caller()).user();
        return ids.seal(new LineIds.Place(replicas.self(), line.id()), user, Objects.requireNonNull(opener.target()));
    }

    /**
     * The line of that name.
     *
     * @throws io.penstock.wire.Refusal {@code SessionEnded} where it is another user's or endpoint's, or no longer open
     */
    public Place find(String name, Caller caller, Target target) {
        var place = ids.open(name, caller.user(), target);
        if (!place.replica().equals(replicas.self())) {
            return new Place.There(place.replica());
        }
        Line line = open.get(place.line());
        if (line == null) {
            throw LineIds.gone();
        }
        return new Place.Here(line);
    }

    Line add(Line line) {
        open.put(line.id(), line);
        return line;
    }

    /** Whether the gateway has more to do than it can; whoever asks does turn the message away where it has. */
    Pressure pressure() {
        return pressure;
    }

    Duration callLimit() {
        return callLimit;
    }

    /** A line was closed, because too much was waiting for its client. */
    void closedFull() {
        full.increment();
    }

    void remove(Line line) {
        open.remove(line.id());
    }
}
