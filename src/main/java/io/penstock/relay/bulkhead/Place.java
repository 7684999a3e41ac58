package io.penstock.relay.bulkhead;

import io.penstock.wire.Refusal;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One call's place at an upstream, taken or waited for. */
final class Place {

    private enum State {
        NEW,
        WAITING,
        TAKEN,
        OVER
    }

    private final String caller;
    private final Sinks.Empty<Void> turn = Sinks.empty();

    /** Changed and read by whoever drains the bulkhead's signals, one at a time. */
    private State state = State.NEW;

    /** Whether a stream of events goes on with it. */
    volatile boolean kept;

    Place(String caller) {
        this.caller = caller;
    }

    String caller() {
        return caller;
    }

    boolean isNew() {
        return state == State.NEW;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    boolean isTaken() {
        return state == State.TAKEN;
    }

    void await() {
        state = State.WAITING;
    }

    void take() {
        state = State.TAKEN;
    }

    void end() {
        state = State.OVER;
    }

    /** Tells who waits that the place is taken. */
    void called() {
        var _ = turn.tryEmitEmpty();
    }

    /** Tells who waits that there will be no place. */
    void refused(Refusal refusal) {
        end();
        var _ = turn.tryEmitError(refusal);
    }

    /** Empty when it is taken. Error: there is none. */
    Mono<Void> turn() {
        return turn.asMono();
    }
}
