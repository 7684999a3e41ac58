package io.penstock.relay.resume;

import io.penstock.loop.Rounds;
import java.lang.reflect.Proxy;
import java.util.List;
import reactor.core.publisher.Mono;

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

    /** Streams that are written into that list. */
    public static DurableStreams into(List<String> written, Rounds rounds) {
        var log = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (_, method, arguments) -> {
                    if (method.getName().equals("append")) {
                        written.add(((EventLog.Entry) arguments[1]).message());
                    }
                    return Mono.empty();
                });
        return new DurableStreams(log, rounds);
    }
}
