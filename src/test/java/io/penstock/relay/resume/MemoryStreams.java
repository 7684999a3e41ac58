package io.penstock.relay.resume;

import io.penstock.loop.Rounds;
import java.lang.reflect.Proxy;

/** Durable streams for tests of what uses them. */
public final class MemoryStreams {

    private MemoryStreams() {}

    /** None: for sessions that are not resumable. */
    public static DurableStreams none(Rounds rounds) {
        var log = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (_, method, _) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return new DurableStreams(log, rounds);
    }
}
