// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The shell as somebody sees it who types: behind a pseudo-terminal.

#if !defined(_WIN32)

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// A home directory that goes away.
class temporary_home {
public:
  temporary_home() {
    std::string name = (fs::temp_directory_path() / "doppel-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  temporary_home(const temporary_home&) = delete;
  temporary_home& operator=(const temporary_home&) = delete;
  ~temporary_home() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] fs::path history() const { return path_ / ".local" / "state" / "doppel" / "history"; }

private:
  fs::path path_;
};

/// `doppel shell` on a terminal of 100 columns.
class shell_on_terminal {
public:
  explicit shell_on_terminal(const temporary_home& home, const std::vector<const char*>& options = {}) {
    terminal_ = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(terminal_ >= 0);
    REQUIRE(grantpt(terminal_) == 0);
    REQUIRE(unlockpt(terminal_) == 0);
    const std::string name = ptsname(terminal_);
    std::vector<const char*> words = {DOPPEL_CLI_PROGRAM, "shell", DOPPEL_CLI_FLEET};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(nullptr);
    child_ = fork();
    REQUIRE(child_ >= 0);
    if (child_ != 0) return;

    setsid();
    const int end = open(name.c_str(), O_RDWR);
    winsize size{};
    size.ws_row = 40;
    size.ws_col = 100;
    ioctl(end, TIOCSWINSZ, &size);
    ioctl(end, TIOCSCTTY, 0);
    for (int stream = 0; stream != 3; ++stream) dup2(end, stream);
    close(end);
    close(terminal_);
    setenv("HOME", home.path().c_str(), 1);
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "1", 1);
    unsetenv("XDG_STATE_HOME");
    execv(words[0], const_cast<char* const*>(words.data()));
    _exit(127);
  }
  shell_on_terminal(const shell_on_terminal&) = delete;
  shell_on_terminal& operator=(const shell_on_terminal&) = delete;
  ~shell_on_terminal() {
    close(terminal_);
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
  }

  void type(std::string_view keys) {
    REQUIRE(write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// Reads until a text has come, and forgets all up to its end.
  void expect(std::string_view text) {
    const auto end = deadline();
    for (;;) {
      const std::size_t at = seen_.find(text);
      if (at != std::string::npos) {
        seen_.erase(0, at + text.size());
        return;
      }
      if (!read_some() || std::chrono::steady_clock::now() > end) {
        FAIL("expected " << text << " on the terminal, which shows\n" << seen_);
      }
    }
  }

  /// The same for the prompt, until single keys are taken: a key typed in the moment between is another key.
  void expect_prompt() {
    expect("doppel> ");
#if defined(DOPPEL_HAS_LIBEDIT)
    const auto end = deadline();
    termios settings{};
    while (tcgetattr(terminal_, &settings) == 0 && (settings.c_lflag & static_cast<tcflag_t>(ICANON)) != 0) {
      read_some();
      if (std::chrono::steady_clock::now() > end) FAIL("the shell takes no keys");
    }
#endif
  }

  /// @return its exit status
  int wait() {
    int status = 0;
    const auto end = deadline();
    while (waitpid(child_, &status, WNOHANG) == 0) {
      read_some();
      if (std::chrono::steady_clock::now() > end) FAIL("the shell does not end; the terminal shows\n" << seen_);
    }
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

private:
  /// Long past any slowness.
  static std::chrono::steady_clock::time_point deadline() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
  }

  /// Reads what comes within a moment; false when nothing will come any more.
  bool read_some() {
    pollfd what{terminal_, POLLIN, 0};
    if (poll(&what, 1, 20) <= 0) return true;
    char bytes[4096];
    const ssize_t count = read(terminal_, bytes, sizeof bytes);
    if (count > 0) seen_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  int terminal_ = -1;
  pid_t child_ = -1;
  std::string seen_;
};

constexpr std::string_view end_of_input = "\x04";
constexpr std::string_view interrupt = "\x03";

}  // namespace

TEST_SUITE("shell on a terminal") {
  TEST_CASE("greets, shows tables, ends with the end of input") {
    const temporary_home home;
    shell_on_terminal shell(home);
    shell.expect("7 device twins and 1 module twins");
    shell.expect_prompt();
    shell.type("SELECT deviceId FROM devices WHERE tags.ring = 'pilot'\n");
    shell.expect("meter-odd");
    shell.expect("1 row");
    shell.expect_prompt();
    shell.type(end_of_input);
    CHECK(shell.wait() == 0);
  }

  TEST_CASE("a wrong line is told and does no harm") {
    const temporary_home home;
    shell_on_terminal shell(home, {"--no-history"});
    shell.expect_prompt();
    shell.type("SELECT deviceId FRM devices\n");
    shell.expect("did you mean FROM?");
    shell.expect_prompt();
    shell.type(".quit\n");
    CHECK(shell.wait() == 0);
    CHECK_FALSE(fs::exists(home.history()));
  }

#if defined(DOPPEL_HAS_LIBEDIT)
  TEST_CASE("Ctrl-C gives up the line, not the shell") {
    const temporary_home home;
    shell_on_terminal shell(home, {"--no-history"});
    shell.expect_prompt();
    shell.type("SELECT nonsense");
    shell.expect("nonsense");
    shell.type(interrupt);
    shell.expect_prompt();
    shell.type(".mode\n");
    shell.expect("mode: extended");
    shell.expect_prompt();
    shell.type(".quit\n");
    CHECK(shell.wait() == 0);
  }

  TEST_CASE("the Tab key completes keywords, collections and paths of these twins") {
    const temporary_home home;
    shell_on_terminal shell(home, {"--no-history"});
    shell.expect_prompt();
    // select deviceId FROM devices WHERE tags.ring = 'canary'
    shell.type("sel\tdeviceI\tFROM dev\t WH\tta\tri\t= 'canary'\n");
    shell.expect("thermostat-0074");
    shell.expect("pump-0009");
    shell.expect("2 rows");
    shell.expect_prompt();
    shell.type(".mo\thu\t\n");
    shell.expect("mode: hub");
    shell.expect_prompt();
    shell.type(".quit\n");
    CHECK(shell.wait() == 0);
  }

  TEST_CASE("the Tab key lists what there is to choose from") {
    const temporary_home home;
    shell_on_terminal shell(home, {"--no-history"});
    shell.expect_prompt();
    shell.type("SELECT tags.site.\t\t");
    shell.expect("tags.site.building");
    shell.expect("tags.site.city");
    shell.expect("tags.site.floor");
    shell.type("\x15.mode\n");  // Ctrl-U empties the line
    shell.expect("mode: extended");
    shell.expect_prompt();
    shell.type(".quit\n");
    CHECK(shell.wait() == 0);
  }

  TEST_CASE("lines are kept, in a file of the user alone") {
    const temporary_home home;
    {
      shell_on_terminal shell(home);
      shell.expect_prompt();
      shell.type("SELECT COUNT() AS devicesAtAll FROM devices\n");
      shell.expect("1 row");
      shell.expect_prompt();
      shell.type(".quit\n");
      CHECK(shell.wait() == 0);
    }
    struct stat file {};
    REQUIRE(stat(home.history().c_str(), &file) == 0);
    CHECK((file.st_mode & 0777U) == 0600U);
    {
      shell_on_terminal shell(home);
      shell.expect_prompt();
      shell.type("\x1b[A\x1b[A\n");  // up, over .quit
      shell.expect("1 row");
      shell.expect_prompt();
      shell.type(".quit\n");
      CHECK(shell.wait() == 0);
    }
  }
#endif
}

#endif
