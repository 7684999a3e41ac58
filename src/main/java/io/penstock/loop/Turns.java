package io.penstock.loop;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * Reads one after another: whoever asks during one gets the next, which begins after it and so sees what was committed before the asking.
 * A read ends though whoever began it hangs up.
 */
public final class Turns<T> {

    private final Mono<T> read;
    private @Nullable Mono<T> reading;
    private @Nullable Mono<T> next;

    /** The end of the read that is under way, by which the next one begins: it knows nothing of those before, nor keeps what they gave. */
    private Sinks.Empty<Void> over = Sinks.empty();

    public Turns(Mono<T> read) {
        this.read = read;
    }

    /** The result, or the error, of a read that begins after this is subscribed to. */
    public Mono<T> join() {
        return Mono.defer(this::turn);
    }

    private synchronized Mono<T> turn() {
        if (reading == null) {
            reading = once();
            return reading;
        }
        if (next == null) {
            next = over.asMono().then(once()).cache();
        }
        return next;
    }

    /** Over before its readers are told, so that they can ask again; and everybody's, so in the transaction of nobody who asks. */
    private Mono<T> once() {
        return read.doOnTerminate(this::advance)
                .contextWrite(_ -> Context.empty())
                .cache();
    }

    private void advance() {
        Sinks.Empty<Void> ended;
        synchronized (this) {
            reading = next;
            next = null;
            ended = over;
            over = Sinks.empty();
        }
        var _ = ended.tryEmitEmpty(); // a read ends once
    }
}
