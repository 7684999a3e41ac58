package io.penstock.ingress;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** Settings of a gateway that clients reach at some address. */
public final class Ingresses {

    private static final Duration LONG = Duration.ofSeconds(30);

    private Ingresses() {}

    public static IngressSettings at(String baseUrl) {
        return new IngressSettings(
                URI.create(baseUrl), List.of(), List.of(), DataSize.ofMegabytes(1), LONG, LONG, LONG, LONG);
    }
}
