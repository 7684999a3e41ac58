package io.penstock.peer;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.web.util.ContentCachingRequestWrapper;

/** Notes which requests a server was told to cancel; the SDK's server takes that without a word, and goes on. */
final class Journal implements Filter {

    private static final int LIMIT = 10_000;

    private final List<Map<String, Object>> cancelled = new CopyOnWriteArrayList<>();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var read = new ContentCachingRequestWrapper((HttpServletRequest) request, LIMIT);
        chain.doFilter(read, response);
        String body = new String(read.getContentAsByteArray(), StandardCharsets.UTF_8);
        if (body.contains("\"notifications/cancelled\"")) {
            cancelled.add(Map.of("event", "cancelled", "body", body));
        }
    }

    /** Shows what was noted, as JSON. */
    HttpServlet shown() {
        return new Shown(cancelled);
    }

    private static final class Shown extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient List<Map<String, Object>> noted;

        Shown(List<Map<String, Object>> noted) {
            this.noted = noted;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("application/json");
            response.getWriter().print(Lines.JSON.writeValueAsString(noted));
        }
    }
}
