package io.penstock.caller.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.penstock.ingress.Sender;
import java.time.Instant;
import java.util.List;

/** A head with a signed assertion, which is verified where one may wait for its issuer's keys. */
final class AssertedHead implements Proof {

    private final String header;

    AssertedHead(String header) {
        this.header = header;
    }

    @Override
    public List<String> headers() {
        return List.of(header);
    }

    @Override
    public Verdict of(HttpRequest request, Sender sender, Instant now) {
        String assertion = request.headers().get(header);
        boolean there = assertion != null && !assertion.isBlank();
        return new Verdict(there, there ? assertion.strip() : null);
    }
}
