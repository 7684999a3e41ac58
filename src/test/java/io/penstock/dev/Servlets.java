package io.penstock.dev;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.util.FileSystemUtils;

/** A servlet container on loopback, which is where the servers of the MCP Java SDK live. It answers the host name {@code localhost}. */
public final class Servlets implements AutoCloseable {

    /** Kept, because a logger nobody holds forgets its level. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    private final Tomcat tomcat = new Tomcat();
    private final Path folder;
    private final Context context;

    /** One that is not started yet; port 0 is a free one. */
    public Servlets(int port) throws IOException {
        TOMCAT_LOG.setLevel(Level.WARNING);
        folder = Files.createTempDirectory("penstock-sample");
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "localhost");
        tomcat.getConnector().setThrowOnFailure(true);
        context = context();
    }

    private Context context() {
        var made = (StandardContext) tomcat.addContext("", null);
        made.setClearReferencesRmiTargets(false); // the JVM would have to be opened for looking
        made.setClearReferencesThreadLocals(false);
        made.setRequestCharacterEncoding("UTF-8"); // as Spring Boot does: JSON names no charset
        return made;
    }

    /** Lets a servlet answer these paths. */
    public void serve(String name, HttpServlet servlet, String... paths) {
        Tomcat.addServlet(context, name, servlet).setAsyncSupported(true);
        for (String path : paths) {
            context.addServletMappingDecoded(path, name);
        }
    }

    /** Lets a filter see whatever comes. */
    public void filter(String name, Filter filter) {
        var definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        var everything = new FilterMap();
        everything.setFilterName(name);
        everything.addURLPattern("/*");
        context.addFilterMap(everything);
    }

    /** Starts to listen. */
    public void start() throws IOException {
        try {
            tomcat.start();
        } catch (LifecycleException failed) {
            throw new IOException(
                    "nothing can listen on port " + tomcat.getConnector().getPort() + " of localhost: is it taken?",
                    failed);
        }
    }

    /** Waits until it is stopped. */
    public void await() {
        tomcat.getServer().await();
    }

    /** The address of a path here. */
    public String url(String path) {
        return "http://localhost:" + tomcat.getConnector().getLocalPort() + path;
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            FileSystemUtils.deleteRecursively(folder);
        } catch (LifecycleException | IOException failed) {
            throw new IllegalStateException("the servlet container does not stop", failed);
        }
    }
}
