# SPDX-License-Identifier: ISC
# sockit.rb - a Homebrew formula, from the tarball of `make dist`:
#
#     make dist && SOCKIT_TARBALL=$PWD/sockit-0.1.0.tar.gz brew install --formula tests/packaging/sockit.rb
class Sockit < Formula
  desc "Connect, listen, relay, scan and look up names from the command-line"
  url "file://#{ENV.fetch("SOCKIT_TARBALL", "sockit-0.1.0.tar.gz")}"
  version "0.1.0"
  license "ISC"

  depends_on "make" => :build if OS.linux?

  def install
    system "make"
    system "make", "install", "prefix=#{prefix}"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/sockit --version")
    assert_match "https 443/tcp", shell_output("#{bin}/sockit services --builtin https/tcp")
  end
end
