package io.penstock.mcp.call;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.HttpHeaders;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.penstock.wire.Envelope;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Request;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/**
 * One span a call, where spans are exported; where they are not, the client's trace context goes on as it came. The context is the
 * {@code traceparent} header's, or else the message's own (MCP {@code _meta.traceparent}).
 */
@Component
@Import(TraceExport.class)
final class CallTraces {

    /** W3C Trace Context, 3.2.2, version 00. */
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final @Nullable Tracer tracer;
    private final @Nullable Propagator propagator;

    CallTraces(
            ObjectProvider<SpanExporter> exporters,
            ObjectProvider<Tracer> tracers,
            ObjectProvider<Propagator> propagators) {
        boolean exported = exporters.stream().findAny().isPresent();
        this.tracer = exported ? tracers.getIfAvailable() : null;
        this.propagator = exported ? propagators.getIfAvailable() : null;
    }

    /** The span of a call that starts now; null where spans are not exported. */
    @Nullable
    Span start(Request request, @Nullable Envelope envelope) {
        if (tracer == null || propagator == null) {
            return null;
        }
        var span = propagator
                .extract(request.headers(), (headers, key) -> context(headers, envelope, key))
                .kind(Span.Kind.SERVER)
                .name(envelope == null || envelope.method() == null ? request.method() : envelope.method())
                .start();
        return span.tag("correlation_id", request.correlationId());
    }

    private static @Nullable String context(HttpHeaders headers, @Nullable Envelope envelope, CharSequence key) {
        String header = headers.get(key);
        return header == null && HeaderNames.TRACE_PARENT.contentEquals(key) && envelope != null
                ? wellFormed(envelope.traceparent())
                : header;
    }

    /** What a message says goes into a header, which only a head's own limits have kept small and free of line breaks until now. */
    private static @Nullable String wellFormed(@Nullable String traceparent) {
        return traceparent != null && FORM.matcher(traceparent).matches() ? traceparent : null;
    }

    /** What goes on to the upstream as {@code traceparent}; null for none. */
    @Nullable
    String onward(Request request, @Nullable Envelope envelope, @Nullable Span span) {
        if (span == null || propagator == null) {
            return context(request.headers(), envelope, HeaderNames.TRACE_PARENT);
        }
        var carrier = new HashMap<String, String>();
        propagator.inject(span.context(), carrier, (_, key, value) -> carrier.put(key, value));
        return carrier.get(HeaderNames.TRACE_PARENT.toString());
    }
}
