package io.penstock.egress;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the gateway may connect, and with how many connections.
 *
 * @param allowedCidrs {@code UPSTREAM_ALLOWED_CIDRS}: ranges of addresses, {@code 10.0.0.0/8,::1/128}. With {@code UPSTREAM_ALLOWED_HOSTS} the whole
 *     list of what may be reached once either is set. Loopback, link-local and metadata addresses are opened only by a range that lies
 *     within such a block: {@code 0.0.0.0/0} does not open them, {@code 127.0.0.0/8} does
 * @param allowedHosts {@code UPSTREAM_ALLOWED_HOSTS}: host names or literal addresses, {@code mcp.example.com,*.example.org,localhost};
 *     such a name may resolve to public and private addresses, and {@code localhost} to loopback
 * @param maxConnections connections to one upstream for calls, and as many again where it has no TLS; more calls wait, as many again at most, for up
 *     to 5 s
 * @param maxStreams connections to one upstream for streams that stay open for hours; they are counted apart, so that they starve no call
 * @param connectTimeout how long a connection may take to be made, TLS apart
 */
@Validated
@ConfigurationProperties("penstock.egress")
record EgressSettings(
        @DefaultValue List<String> allowedCidrs,
        @DefaultValue List<String> allowedHosts,
        @Min(1) @DefaultValue("512") int maxConnections,
        @Min(1) @DefaultValue("20000") int maxStreams,
        @DurationMin(millis = 1) @DefaultValue("5s") Duration connectTimeout) {

    EgressSettings {
        allowedCidrs = List.copyOf(allowedCidrs);
        allowedHosts = List.copyOf(allowedHosts);
    }
}
