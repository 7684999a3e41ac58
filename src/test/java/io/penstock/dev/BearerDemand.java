package io.penstock.dev;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets only those through who show one of the tokens: the sample server trusts the gateway, not the gateway's clients. */
final class BearerDemand implements Filter {

    private final Set<String> accepted;

    BearerDemand(Set<String> tokens) {
        accepted = tokens.stream().map("Bearer "::concat).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String shown = ((HttpServletRequest) request).getHeader("Authorization");
        if (accepted.isEmpty() || (shown != null && accepted.contains(shown))) {
            chain.doFilter(request, response);
            return;
        }
        var refusal = (HttpServletResponse) response;
        refusal.setHeader("WWW-Authenticate", "Bearer");
        refusal.sendError(HttpServletResponse.SC_UNAUTHORIZED);
    }
}
