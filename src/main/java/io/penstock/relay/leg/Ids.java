package io.penstock.relay.leg;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The ids of a leg's own requests: never one twice in a session, whoever else has it open. */
final class Ids {

    private final String prefix;
    private final AtomicLong last = new AtomicLong();

    private Ids(String prefix) {
        this.prefix = prefix;
    }

    /** Numbers, for a session that nobody else has. */
    static Ids counted() {
        return new Ids("");
    }

    /** Strings, for a session that other replicas may have open too. */
    static Ids unique() {
        return new Ids(Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX) + "-");
    }

    /** The next one as JSON text. */
    String next() {
        long number = last.incrementAndGet();
        return prefix.isEmpty() ? Long.toString(number) : '"' + prefix + number + '"';
    }
}
