package io.penstock.relay.bridge;

import io.penstock.loop.Rounds;
import io.penstock.relay.Replicas;
import java.lang.reflect.Proxy;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Notes that replicas of one process tell each other. */
final class SharedNotes {

    private final Sinks.Many<byte[]> told = Sinks.many().multicast().directBestEffort();

    /** Whether nothing can be told. */
    boolean lost;

    void tell(Note note) {
        told.tryEmitNext(note.bytes()).orThrow();
    }

    /** One replica's. */
    Notes notes() {
        return new Notes((Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, method, arguments) -> {
                    return switch (method.getName()) {
                        case "tellAll" ->
                            lost
                                    ? Mono.error(new IllegalStateException("away"))
                                    : Mono.fromRunnable(() -> {
                                        var _ = told.tryEmitNext((byte[]) arguments[0]);
                                    });
                        case "heard" -> Mono.empty();
                        case "told" -> told.asFlux().onBackpressureBuffer();
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                }));
    }

    /** Rounds that follow the notes, and begin detached work at once. */
    Rounds rounds() {
        return (Rounds) Proxy.newProxyInstance(
                Rounds.class.getClassLoader(), new Class<?>[] {Rounds.class}, (_, method, arguments) -> {
                    boolean repeats = method.getName().equals("repeat");
                    var work = ((Mono<?>) arguments[repeats ? 2 : 1]).cache();
                    var _ = work.subscribe();
                    return repeats ? null : work;
                });
    }
}
