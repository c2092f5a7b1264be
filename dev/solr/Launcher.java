import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/** Serves the Solr home given first on the port given second, until it is ended. */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        JettyConfig config =
                JettyConfig.builder()
                        .setPort(Integer.parseInt(arguments[1]))
                        .setContext("/solr")
                        .build();
        new JettySolrRunner(arguments[0], config).start();
        Thread.currentThread().join();
    }
}
