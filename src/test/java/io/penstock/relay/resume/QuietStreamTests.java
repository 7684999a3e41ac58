package io.penstock.relay.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.loop.NoRounds;
import io.penstock.relay.session.Session;
import io.penstock.wire.ProtocolVersion;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A resumed stream on whose other replica a call goes on and says nothing. */
class QuietStreamTests {

    private static final UUID STREAM = UUID.randomUUID();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<EventLog.Entry> entries = new ArrayList<>();
    private volatile boolean alive = true;
    private volatile boolean ended;
    private final EventLog log = (EventLog) Proxy.newProxyInstance(
            EventLog.class.getClassLoader(),
            new Class<?>[] {EventLog.class},
            (_, method, arguments) -> switch (method.getName()) {
                case "find" ->
                    Mono.fromSupplier(() -> {
                        looks.incrementAndGet();
                        return new EventLog.Stream(STREAM, "s", "7", ended, alive);
                    });
                case "after" ->
                    Flux.defer(() -> Flux.fromIterable(List.copyOf(entries)))
                            .filter(entry -> entry.seq() > (int) arguments[1]);
                case "giveUp" ->
                    Mono.fromSupplier(() -> {
                        ended = true;
                        return true;
                    });
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private List<String> resumed() {
        var heard = new ArrayList<String>();
        var session = new Session.Held("sealed", "s", ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
        var _ = new DurableStreams(log, new NoRounds(), time)
                .resume(session, STREAM + ".0")
                .flatMapMany(Function.identity())
                .subscribe(
                        event -> heard.add(String.valueOf(event.data())),
                        error -> heard.add(error.toString()),
                        () -> heard.add("end"));
        return heard;
    }

    @Test
    void theLongerItSaysNothingTheLessIsItAskedFor() {
        var heard = resumed();

        time.advanceTimeBy(Duration.ofSeconds(60));

        assertThat(looks).hasValueBetween(50, 70);
        entries.add(new EventLog.Entry(1, "said"));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(heard).containsExactly("", "said");
        entries.add(new EventLog.Entry(2, "said again"));
        time.advanceTimeBy(Duration.ofMillis(200));
        assertThat(heard).containsExactly("", "said", "said again");
    }

    @Test
    void whetherItsReplicaIsGoneIsKnownAsSoonAsEver() {
        var heard = resumed();
        time.advanceTimeBy(Duration.ofSeconds(60));
        alive = false;

        time.advanceTimeBy(Duration.ofSeconds(4));

        assertThat(heard).containsExactly("", "end");
    }
}
